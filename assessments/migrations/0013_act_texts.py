from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0012_texts_hidden_and_released'),
    ]

    operations = [
        migrations.AlterField(
            model_name='act',
            name='what',
            field=models.CharField(choices=[('close', 'asked for the close'), ('early', 'asked for the close before the last day'), ('abandon', 'abandoned the cycle'), ('hide', 'destroyed a text that names a person'), ('release', 'released the texts to managers')], max_length=10),
        ),
    ]
